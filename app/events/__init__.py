"""Events, and the organisations and programmes behind them."""
