"""The Vobiz dialect: its errors, pages, times and shapes. What it says of accounts and phones is in their apps."""
