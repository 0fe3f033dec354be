/** The vendor has no error message: every error ends the connection. */
export class VendorClose extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** An account without quota, from the start or all of a sudden. */
export function quotaExceeded(): VendorClose {
  return new VendorClose(1011, 'You exceeded your current quota, please check your plan and billing details.');
}

/** A known field with a value that is not allowed; the vendor does not say which. */
export function invalidArgument(): VendorClose {
  return new VendorClose(1007, 'Request contains an invalid argument.');
}
