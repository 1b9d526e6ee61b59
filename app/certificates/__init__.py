"""Documents as PDF; the only room that knows the PDF library."""
