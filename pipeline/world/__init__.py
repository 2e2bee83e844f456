"""What the world knows of itself: facts that several stages share."""
