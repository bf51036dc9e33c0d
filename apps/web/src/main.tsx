import './ui/fonts.css';
import './ui/tokens.css';
import './ui/elements.css';

import { createRoot } from 'react-dom/client';

import { App } from './app/app.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root.');
createRoot(root).render(<App />);
