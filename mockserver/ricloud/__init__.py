"""ricloud: webhook configs that are tested before they are trusted, and the events that are sent to them."""
