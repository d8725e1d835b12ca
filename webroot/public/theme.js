// Runs before the first paint, so that a dark console does not flash white. Kept as a file for the
// Content-Security-Policy, which allows no inline script.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('vertebra.theme');
  } catch (refused) {
    choice = null;
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
