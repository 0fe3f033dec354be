import { useState, type FormEvent } from 'react';
import { Icon } from './icon.tsx';

/** A typed message to the assistant. */
export function Composer({ disabled, onSend, suggestions }: ComposerProps) {
  const [text, setText] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    const message = text.trim();
    if (disabled || message === '') return;
    onSend(message);
    setText('');
  };
  return (
    <div className="composer-place">
      {suggestions.length > 0 && (
        <div aria-label="Messages to try" className="suggestions" role="group">
          {suggestions.map((suggestion) => (
            <button
              aria-disabled={disabled}
              className="chip"
              key={suggestion}
              onClick={() => disabled || onSend(suggestion)}
              type="button"
            >
              {suggestion}
            </button>
          ))}
        </div>
      )}
      <form className="composer" onSubmit={send}>
        <input
          aria-label="Message"
          autoComplete="off"
          className="input"
          data-testid="message"
          readOnly={disabled}
          onChange={(event) => setText(event.target.value)}
          placeholder={disabled ? 'Start a call to type' : 'Type a message'}
          value={text}
        />
        <button aria-disabled={disabled} className="button button-strong" type="submit">
          <Icon name="send" />
          <span className="button-words">Send</span>
        </button>
      </form>
    </div>
  );
}

interface ComposerProps {
  disabled: boolean;
  onSend: (text: string) => void;
  suggestions: readonly string[];
}
