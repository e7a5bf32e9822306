"""What was delivered: leveranser.xlsx, the corrections, and which file in the folder is which."""
