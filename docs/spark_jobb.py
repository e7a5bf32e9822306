"""Räknar händelserna i alla arbetsmappar under [together] i vbe.toml på ett Spark-kluster, och skriver talen som csv.

spark-submit --master spark://SERVER:7077 spark_jobb.py ARBETSMAPP TAL.csv [OMGÅNG ...]
"""

import sys

from pyspark.sql import SparkSession

import vbe_analysis as vbe

folder, file, *cycles = sys.argv[1:]
session = SparkSession.builder.appName("vbe_analysis").getOrCreate()
workspace = vbe.Workspace(folder)
counts = workspace.counts_together(["environment", "event_type"], *cycles, engine="spark", session=session)
counts.to_csv(file, index=False)
session.stop()
