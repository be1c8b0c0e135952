"""What a client sees: pictures, pages, and findings as files."""
