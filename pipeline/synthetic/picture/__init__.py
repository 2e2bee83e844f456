"""From words with boxes to a picture: printing, paper defects, scanner and camera."""
