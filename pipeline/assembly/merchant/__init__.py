"""What kind of merchant it is: the brand that it belongs to, the category of the expense."""
