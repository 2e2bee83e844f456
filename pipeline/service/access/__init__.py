"""Who may do what, how often, and how much may be sent: decided before a request is read."""
