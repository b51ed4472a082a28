// Before the first paint, so that a stored choice never flashes the other theme.
try {
  const theme = localStorage.getItem('millstream.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's preference applies then.
}
