/**
 * Takes a token out of the address bar. The gateway does so with its own; one that is left is not its own, and may be
 * another gateway's.
 */
export function forgetToken(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has('token')) return;
  address.searchParams.delete('token');
  history.replaceState(null, '', address);
}
