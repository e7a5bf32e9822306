"""One cell -> a value: numbers, dates as intervals, labels in their normal form."""
