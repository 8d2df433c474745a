"""Reports that people take away: one content, gathered from the read services, written in several formats."""
