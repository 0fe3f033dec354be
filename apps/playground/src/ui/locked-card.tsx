/** What stands in the place of everything else until the page is opened by its own address. */
export function LockedCard() {
  const { origin, pathname } = location;
  return (
    <section aria-labelledby="locked-title" className="card locked" data-testid="locked">
      <h2 id="locked-title">Open this page by its own address</h2>
      <p>
        The gateway lets in only those who have the address that it printed when it started. It stands at the top, in
        the terminal that runs the gateway:
      </p>
      <pre>
        Talk to it: {origin}
        {pathname}?token=…
      </pre>
      <p>Open that address once; this browser is then let in for a month.</p>
      <p className="hint">
        No terminal at hand? The token is also in a file beside the gateway’s database, which only its owner can read:{' '}
        <code>.speko/gateway.db.page-token</code>, unless another database is set. <code>npm run doctor</code> and{' '}
        <code>speko-gateway doctor</code> tell where it is.
      </p>
      <button className="button button-strong" onClick={() => location.reload()} type="button">
        Try again
      </button>
    </section>
  );
}
