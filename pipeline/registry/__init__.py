"""The life cycle of models: registered, compared, promoted, taken back."""
