import './docs.css'

// The reader is by far the largest part; it loads after the page stands.
void import('./reference')
