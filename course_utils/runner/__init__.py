"""Execute lessons: one worker process each; and read what their runs leave behind."""
