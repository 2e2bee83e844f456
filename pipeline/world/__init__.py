"""Facts about countries and languages, shared by the receipt printer, the rules and assembly."""
