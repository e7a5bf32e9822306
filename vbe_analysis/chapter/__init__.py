"""Frames -> tables, charts and Swedish text -> one document -> HTML, PDF, DOCX, XLSX."""
