import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './empty-state.tsx';

interface ErrorStateProps {
  /** What happened, and what to do. */
  readonly message: string;
  readonly onRetry: () => void;
}

/** Shown instead of a screen or a list that could not be loaded. */
export function ErrorState({ message, onRetry }: ErrorStateProps) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState title={t('errors.title')} text={message}>
        <Button onClick={onRetry}>{t('common.retry')}</Button>
      </EmptyState>
    </div>
  );
}
