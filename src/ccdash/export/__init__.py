"""Figures and the rows behind them as files, in bounded memory, each saying what it holds."""
