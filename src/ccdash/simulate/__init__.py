"""A seeded contact centre that feeds the same door as real events."""
