// Before the first paint, so that a stored choice never flashes another look.
try {
  for (const name of ['theme', 'density', 'transport']) {
    const choice = localStorage.getItem(`millstream.${name}`)
    if (choice) document.documentElement.dataset[name] = choice
  }
} catch {
  // Storage may be forbidden; the usual looks apply then.
}
