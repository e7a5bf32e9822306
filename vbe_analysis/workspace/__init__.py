"""The workspace folder: its cycles, frames, workbooks and frozen editions."""
