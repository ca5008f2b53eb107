"""The app without a screen. Nothing here imports Streamlit.

settings   every setting: name, default, what it means
build      the only place that chooses: database, media store, demo or provider
clock      the one place that reads the time
visitors   who opened the link, as a signed cookie
pictures   any upload -> a picture fit to send, or a refusal
picture_process   the same, in a child
sandbox    work on a stranger's bytes in a child process that may crash instead of the app
samples    three pictures of our own to try with
orders     what a person asks for, and what may be asked
drafts     a form as far as it is filled in
prices     what an order will cost
jobs       an order under way: states, and the only arrows between them
progress   how far a job is, told from the clock
breaker    stops submitting while the provider is down
schedule   when to look next, and how long it will still take
tables     the tables of the database
storage_ceiling  how full the owner's ceiling is
trouble    the words for what a failed step met
storage_errors  what goes wrong with keeping things
key_check  whether a refusal is about the key, the account or one order
provider_words  between the provider's words and ours
addresses  where a browser finds what is kept
thumbnails small versions of pictures, for lists
sweep      what database and media disagree on, and what is left lying about
database   engines for SQLite and PostgreSQL, migrations applied
store      jobs in the database
leases     claims on jobs, and the one statement that moves a job's row
media      where videos and pictures are kept
videos     is this a whole, playable MP4? its poster
video_process  the same, in a child
room       whether one more video could be kept
worker     claims what is due and takes it one step further
submitting the step that sends an order, at most once
looking    the steps that ask after it, fetch and keep the video, or search for a lost answer
workbench  what all steps are done with
worker_pool  threads that keep the worker at it
caps       what may be spent, by whom and when. Pure
purses     money: what is held, and the ledger that says why
bookkeeping  the ledger read for the owner: sums, an export, and whether it adds up
codes      access codes, each with a budget
doors      who may order, and who is the owner
rights     what a browser may do, by a token of its own
private_files  nobody else on this computer reads what is kept
people     who may come in by signing in. Pure
sign_in_setup  what Streamlit's sign-in needs to be told
tallies    how often something was tried, for all servers together
switches   what the owner can switch off
turns      whose turn it is
networks   from where an order comes, as far as that counts
job_rows   a job as a row, and back
shares     links to single videos
gallery_links  one-use links to a whole gallery
forgetting deleting for good
audit      what the provider's account says, beside ours
drift      where the two differ. Pure
incidents  what went wrong, by its reference
logs       one line an event, without secrets
log_limits how much of it is written, whatever anybody sends
office     all that the owner's page may ask for
commands   what `python -m studio` does
desk       all that a screen may ask for
"""
