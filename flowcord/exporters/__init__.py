"""Ready-made functions for `FlowCord(metrics=...)`, each behind an extra of its own."""
