"""Where events are counted: in pandas, by DuckDB, or by Spark over the Parquet files of one workspace or of many."""
