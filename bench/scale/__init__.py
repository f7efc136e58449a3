"""What many page views need, on paper: unit costs times a model of readers (docs/scale.md)."""
