import { useTranslation } from 'react-i18next';
import { paths } from '../../paths.ts';
import { TextLink } from '../../ui/link.tsx';
import classes from './help.module.css';
import { TOPICS } from './topics.ts';

/** The table of contents: a link to every section. */
export function Contents() {
  const { t } = useTranslation();
  return (
    <nav className={classes.contents ?? ''} aria-label={t('help.contents')}>
      <ul>
        {Object.entries(TOPICS).map(([topic, key]) => (
          <li key={topic}>
            <TextLink {...paths.help(topic)} fz="sm">
              {t(key)}
            </TextLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
