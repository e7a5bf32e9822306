"""The plan's activities: their workbook, what they answer in the public picture, and how they are followed up."""
