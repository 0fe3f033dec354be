/** What a vendor can say, whatever the words for it are. Each of these is one message of its protocol. */
export interface Dialect {
  /** Sent as soon as the connection is open. */
  greet(model: string): readonly string[];
  /** Whether this message of the gateway configures the session. */
  isSetup(message: string): boolean;
  /** Sent once the session is configured. */
  ready(model: string, session: Readonly<Record<string, unknown>>): readonly string[];
  /** User audio in a message of the gateway: mono PCM16, at the rate of the vendor. */
  audioOf(message: string): Buffer | undefined;
  responseStart(id: string): readonly string[];
  responseEnd(id: string): readonly string[];
  /** @param base64 - mono PCM16 at 24 kHz */
  audio(id: string, base64: string): string;
  assistantWords(id: string, text: string): string;
  userWords(item: string, text: string): string;
  toolCall(id: string, callId: string): readonly string[];
  speech(item: string, isStart: boolean): string;
  usage(id: string): readonly string[];
  error(message: string): string;
  unknown(filler: string): string;
  /** That the connection will end soon, where there is a word for it. */
  goAway(seconds: number): string | undefined;
}
