"""The description of the public interface, as OpenAPI 3.1, made from the shapes beside it."""
