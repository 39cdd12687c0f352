"""What reports are made of: tables, workbooks, pages, and how small counts are concealed."""
