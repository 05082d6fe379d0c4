"""The app in the browser: parse, call one service, lay out. One folder per page area; `areas` lists them."""
