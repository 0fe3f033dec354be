/** Messages of the service. `official-types.test-d.ts` holds it against the official types. */
export interface SimulatedMessage {
  readonly setupComplete?: { readonly sessionId?: string };
  readonly serverContent?: SimulatedContent;
  readonly toolCall?: { readonly functionCalls: SimulatedCall[] };
  readonly toolCallCancellation?: { readonly ids: string[] };
  readonly usageMetadata?: SimulatedUsage | SimulatedVertexUsage;
  readonly goAway?: { readonly timeLeft: string };
  readonly sessionResumptionUpdate?: { readonly newHandle?: string; readonly resumable?: boolean };
  readonly voiceActivity?: { readonly type: 'ACTIVITY_START' | 'ACTIVITY_END'; readonly audioOffset: string };
}

export interface SimulatedContent {
  readonly modelTurn?: { readonly parts: SimulatedPart[] };
  readonly inputTranscription?: { readonly text: string };
  readonly outputTranscription?: { readonly text: string };
  readonly interrupted?: true;
  readonly generationComplete?: true;
  readonly turnComplete?: true;
  readonly turnCompleteReason?: 'RESPONSE_REJECTED';
  readonly waitingForInput?: true;
  readonly interactionStatus?: 'IN_PROGRESS' | 'IDLE';
}

export type SimulatedPart =
  | { readonly inlineData: { readonly mimeType: string; readonly data: string } }
  | { readonly text: string; readonly thought?: true };

export interface SimulatedCall {
  readonly id?: string;
  readonly name: string;
  readonly args: Record<string, unknown>;
}

export interface SimulatedUsage {
  readonly promptTokenCount: number;
  readonly responseTokenCount: number;
  readonly totalTokenCount: number;
  readonly promptTokensDetails?: SimulatedTokens[];
  readonly responseTokensDetails?: SimulatedTokens[];
}

export interface SimulatedVertexUsage {
  readonly promptTokenCount: number;
  readonly candidatesTokenCount: number;
  readonly totalTokenCount: number;
  readonly promptTokensDetails: SimulatedTokens[];
  readonly candidatesTokensDetails: SimulatedTokens[];
}

export interface SimulatedTokens {
  readonly modality: 'TEXT' | 'AUDIO';
  readonly tokenCount: number;
}
