"""Who is asked: requests, the client, its cache, its pace and what it may spend. Knows nothing of translating."""
