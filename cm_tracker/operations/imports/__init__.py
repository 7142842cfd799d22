"""Operations about files that people import."""
