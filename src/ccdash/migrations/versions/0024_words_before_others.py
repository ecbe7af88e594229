"""Each word of a name before the others: whoever types a name and a letter of another asks for the
start of one row."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WORDS = """
    WITH name AS (
        SELECT customer_id, array_agg(words ORDER BY words) AS words
        FROM customer_word WHERE words NOT LIKE '% %' GROUP BY customer_id
    )
    INSERT INTO customer_word (words, customer_id)
    SELECT word || ' ' || array_to_string(array_remove(words, word), ' '), customer_id
    FROM name, unnest(words) AS word
"""
ALONE = """
    INSERT INTO customer_word (words, customer_id)
    SELECT split_part(words, ' ', 1), customer_id FROM customer_word
    WHERE words LIKE '% %' AND words NOT LIKE ' %'
"""


def upgrade() -> None:
    """Apply."""
    op.execute("LOCK TABLE customer_word IN SHARE ROW EXCLUSIVE MODE")
    op.execute(WORDS)
    op.execute("DELETE FROM customer_word WHERE words NOT LIKE '% %'")


def downgrade() -> None:
    """Take back."""
    op.execute(ALONE)
    op.execute("DELETE FROM customer_word WHERE words LIKE '% %' AND words NOT LIKE ' %'")
