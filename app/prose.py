"""Text that people write in Markdown, as safe HTML."""
