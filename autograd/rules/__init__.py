"""The rules, one file a family; importing a family enters its rules into the table."""
