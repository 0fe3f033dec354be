import { ACTION_LABELS, type Notice, type NoticeAction } from '../errors/to-notice.ts';
import { Icon } from './icon.tsx';

/** What is wrong, in a sentence, and what to do about it. The alert is always there, so that its text is announced. */
export function NoticeBar({
  notice,
  onAction,
}: {
  notice: Notice | undefined;
  onAction: (action: NoticeAction) => void;
}) {
  return (
    <div className="notice-place" data-testid="notice" role="alert">
      {notice && (
        <div className="notice">
          <Icon name="alert" />
          <p>{notice.message}</p>
          <div className="notice-actions">
            {notice.actions.map((action) => (
              <button className="button" key={action} onClick={() => onAction(action)} type="button">
                {ACTION_LABELS[action]}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
