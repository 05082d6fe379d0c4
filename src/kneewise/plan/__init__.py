"""From the record to what to do today: rules decide the dose, the calendar places it."""
