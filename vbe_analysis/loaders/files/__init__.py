"""An office's file -> a raw table: bytes, formats and hidden parts; nothing is interpreted here."""
