"""The pages of schedules: versions, presets and drafts, and how two leads publish."""
