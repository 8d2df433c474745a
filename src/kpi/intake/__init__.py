"""From a workbook or a form to checked records."""
