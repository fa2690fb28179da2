"""Small server-rendered pages in Chinese and English, without scripts and without anything from elsewhere."""
