import { useId, type ReactElement, type ReactNode } from 'react';

/** A control with its label and, where there is one, a hint that screen readers tell with it. */
export function Field({
  label,
  name,
  hint,
  children,
}: {
  label: string;
  /** For the styles. */
  name?: string;
  hint?: ReactNode;
  children: (ids: { id: string; 'aria-describedby': string | undefined }) => ReactElement;
}) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  return (
    <div className="field" data-field={name}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': hintId })}
      {hint && (
        <p className="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
