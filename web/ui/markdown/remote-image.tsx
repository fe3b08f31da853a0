import { Button } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface RemoteImageProps {
  readonly src: string;
  readonly alt: string;
}

/**
 * An image of another host inside somebody's text. Loading it tells that host who looks, so it
 * waits until it is pressed. What is not https stays a word: browsers would not load it here.
 */
export function RemoteImage({ src, alt }: RemoteImageProps) {
  const { t } = useTranslation();
  const [isWanted, setIsWanted] = useState(false);
  const host = hostOf(src);
  if (host === null) return <span>{alt}</span>;
  if (isWanted) return <img src={src} alt={alt} referrerPolicy="no-referrer" />;
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPhoto size={14} aria-hidden />}
      title={src}
      h="auto"
      mih={26}
      maw="100%"
      styles={{ label: { whiteSpace: 'normal' } }}
      onClick={() => setIsWanted(true)}
    >
      {alt ? t('ui.loadNamedImage', { name: alt, host }) : t('ui.loadImage', { host })}
    </Button>
  );
}

function hostOf(src: string): string | null {
  const url = URL.parse(src);
  return url?.protocol === 'https:' ? url.host : null;
}
