/** The vendor has no error message: whatever is wrong ends the connection. */
export class VendorClose extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** A known field with a value that is not allowed; the vendor does not say which. */
export function invalidArgument(): VendorClose {
  return new VendorClose(1007, 'Request contains an invalid argument.');
}
