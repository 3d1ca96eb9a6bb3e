"""What a town edits itself: texts, colours, imprint, calendar."""
