/** A refusal in the vendor's words; it becomes an `error` event. */
export class VendorError extends Error {
  readonly type: string;
  readonly code: string | undefined;

  constructor({ type = 'invalid_request_error', code, message }: { type?: string; code?: string; message: string }) {
    super(message);
    this.name = 'VendorError';
    this.type = type;
    this.code = code;
  }
}
